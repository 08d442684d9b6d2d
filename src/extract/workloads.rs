//! The built-in workloads: which kinds hold a pod spec, and where.
//!
//! Source: `k8s.io/api`, every version of each group that a cluster has served. Beta versions that are
//! gone stay: they are still written, and older clusters still take them.

/// A kind that holds exactly one pod spec.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Workload {
    /// API group and versions that had the kind, as written in `apiVersion`.
    pub(super) api_versions: &'static [&'static str],
    /// `kind`.
    pub(super) kind: &'static str,
    /// The keys that lead to the metadata that its pods get.
    pub(super) pod_metadata: &'static [&'static str],
    /// The keys that lead to the pod spec.
    pub(super) pod_spec: &'static [&'static str],
}

/// Every built-in workload.
pub(super) const WORKLOADS: [Workload; 9] = [
    Workload {
        api_versions: &["v1"],
        kind: "Pod",
        pod_metadata: &["metadata"],
        pod_spec: &["spec"],
    },
    Workload {
        api_versions: &["v1"],
        kind: "PodTemplate",
        pod_metadata: &["template", "metadata"],
        pod_spec: &["template", "spec"],
    },
    Workload {
        api_versions: &["v1"],
        kind: "ReplicationController",
        pod_metadata: &["spec", "template", "metadata"],
        pod_spec: &["spec", "template", "spec"],
    },
    Workload {
        api_versions: &["apps/v1", "apps/v1beta2", "extensions/v1beta1"],
        kind: "ReplicaSet",
        pod_metadata: &["spec", "template", "metadata"],
        pod_spec: &["spec", "template", "spec"],
    },
    Workload {
        api_versions: &[
            "apps/v1",
            "apps/v1beta2",
            "apps/v1beta1",
            "extensions/v1beta1",
        ],
        kind: "Deployment",
        pod_metadata: &["spec", "template", "metadata"],
        pod_spec: &["spec", "template", "spec"],
    },
    Workload {
        api_versions: &["apps/v1", "apps/v1beta2", "apps/v1beta1"],
        kind: "StatefulSet",
        pod_metadata: &["spec", "template", "metadata"],
        pod_spec: &["spec", "template", "spec"],
    },
    Workload {
        api_versions: &["apps/v1", "apps/v1beta2", "extensions/v1beta1"],
        kind: "DaemonSet",
        pod_metadata: &["spec", "template", "metadata"],
        pod_spec: &["spec", "template", "spec"],
    },
    Workload {
        api_versions: &["batch/v1", "extensions/v1beta1"],
        kind: "Job",
        pod_metadata: &["spec", "template", "metadata"],
        pod_spec: &["spec", "template", "spec"],
    },
    Workload {
        api_versions: &["batch/v1", "batch/v1beta1", "batch/v2alpha1"],
        kind: "CronJob",
        pod_metadata: &["spec", "jobTemplate", "spec", "template", "metadata"],
        pod_spec: &["spec", "jobTemplate", "spec", "template", "spec"],
    },
];

/// The workload of that `apiVersion` and `kind`.
pub(super) fn find(api_version: &str, kind: &str) -> Option<&'static Workload> {
    WORKLOADS
        .iter()
        .find(|workload| workload.kind == kind && workload.api_versions.contains(&api_version))
}
