//! The kinds with a field whose text is not simply a reference, as data: an address that may begin with a scheme,
//! or a name whose tag somebody else says. Source of each entry as in [`super::resource_table`].

use super::resources::Resource;

/// Fields with an address: `oci://`, `docker://` and `registry://` lead to an image, and so does none; other
/// schemes lead to a file.
#[rustfmt::skip]
pub(super) const ADDRESSES: &[Resource] = &[
    Resource { group: "extensions.istio.io", kinds: &["WasmPlugin"], paths: &["spec.url"] },
    Resource { group: "gateway.envoyproxy.io", kinds: &["EnvoyExtensionPolicy"], paths: &[
        "spec.wasm[*].code.image.url",
    ] },
    Resource { group: "cdi.kubevirt.io", kinds: &["DataVolume", "VolumeImportSource"], paths: &[
        "spec.source.registry.url",
    ] },
    Resource { group: "cdi.kubevirt.io", kinds: &["DataImportCron"], paths: &[
        "spec.template.spec.source.registry.url",
    ] },
    Resource { group: "kubevirt.io", kinds: &["VirtualMachine"], paths: &[
        "spec.dataVolumeTemplates[*].spec.source.registry.url",
    ] },
    Resource { group: "policies.kubewarden.io", kinds: &["AdmissionPolicy", "ClusterAdmissionPolicy"], paths: &[
        "spec.module",
    ] },
    Resource { group: "policies.kubewarden.io", kinds: &["AdmissionPolicyGroup", "ClusterAdmissionPolicyGroup"], paths: &[
        "spec.policies[*].module",
    ] },
];

/// Fields with a name: a version or a range of versions stands elsewhere.
#[rustfmt::skip]
pub(super) const NAMES: &[Resource] = &[
    Resource { group: "meta.pkg.crossplane.io", kinds: &["Configuration", "Function", "Provider"], paths: &[
        "spec.dependsOn[*].configuration", "spec.dependsOn[*].function", "spec.dependsOn[*].provider",
        "spec.dependsOn[*].package",
    ] },
    Resource { group: "image.openshift.io", kinds: &["ImageStream"], paths: &["spec.dockerImageRepository"] },
];
