//! The kinds whose image is a bare field, as data. Source of each entry: the CustomResourceDefinition or the
//! reference page that the project behind the API group publishes.
//!
//! Fields that hold a part of a reference only (a repository beside a version) are left out: judged
//! alone they would be blamed for a tag that stands elsewhere. Images that are scanned, pushed or
//! described but never run are left out too.

use super::resources::Resource;

/// The table, by subject.
#[rustfmt::skip]
pub(super) const RESOURCES: &[Resource] = &[
    // Monitoring.
    Resource { group: "monitoring.coreos.com", kinds: &["Alertmanager", "PrometheusAgent", "ThanosRuler"], paths: &[
        "spec.image",
    ] },
    Resource { group: "monitoring.coreos.com", kinds: &["Prometheus"], paths: &[
        "spec.image", "spec.thanos.image",
    ] },
    Resource { group: "monitoring.grafana.com", kinds: &["GrafanaAgent"], paths: &[
        "spec.image", "spec.configReloaderImage",
    ] },
    Resource { group: "opentelemetry.io", kinds: &["OpenTelemetryCollector"], paths: &[
        "spec.image", "spec.targetAllocator.image", "spec.additionalContainers[*].image",
    ] },
    Resource { group: "opentelemetry.io", kinds: &["TargetAllocator"], paths: &[
        "spec.image", "spec.additionalContainers[*].image",
    ] },
    Resource { group: "opentelemetry.io", kinds: &["OpAMPBridge"], paths: &["spec.image"] },
    Resource { group: "opentelemetry.io", kinds: &["Instrumentation"], paths: &[
        "spec.apacheHttpd.image", "spec.dotnet.image", "spec.go.image", "spec.java.image",
        "spec.java.extensions[*].image", "spec.nginx.image", "spec.nodejs.image", "spec.python.image",
    ] },
    Resource { group: "jaegertracing.io", kinds: &["Jaeger"], paths: &[
        "spec.agent.image", "spec.allInOne.image", "spec.collector.image", "spec.ingester.image",
        "spec.query.image",
    ] },
    Resource { group: "fluentbit.fluent.io", kinds: &["FluentBit"], paths: &["spec.image"] },
    Resource { group: "fluentd.fluent.io", kinds: &["Fluentd"], paths: &["spec.image"] },
    Resource { group: "core.humio.com", kinds: &["HumioCluster"], paths: &["spec.image"] },
    Resource { group: "k6.io", kinds: &["K6", "TestRun"], paths: &[
        "spec.initializer.image", "spec.runner.image", "spec.starter.image",
    ] },
    // Storage.
    Resource { group: "ceph.rook.io", kinds: &["CephCluster"], paths: &["spec.cephVersion.image"] },
    Resource { group: "ceph.rook.io", kinds: &["CephCOSIDriver"], paths: &[
        "spec.image", "spec.objectProvisionerImage",
    ] },
    Resource { group: "ceph.rook.io", kinds: &["CephNFS"], paths: &["spec.server.image"] },
    Resource { group: "ceph.rook.io", kinds: &["CephNVMeOFGateway"], paths: &["spec.image"] },
    Resource { group: "core.libopenstorage.org", kinds: &["StorageCluster"], paths: &[
        "spec.image", "spec.autopilot.image", "spec.stork.image", "spec.userInterface.image",
    ] },
    Resource { group: "longhorn.io", kinds: &["EngineImage"], paths: &["spec.image"] },
    Resource { group: "minio.min.io", kinds: &["Tenant"], paths: &["spec.image", "spec.kes.image"] },
    // Streaming and queues.
    Resource { group: "kafka.strimzi.io", kinds: &["Kafka"], paths: &[
        "spec.kafka.image", "spec.kafka.brokerRackInitImage", "spec.zookeeper.image",
        "spec.entityOperator.topicOperator.image", "spec.entityOperator.userOperator.image",
        "spec.entityOperator.tlsSidecar.image", "spec.cruiseControl.image",
        "spec.cruiseControl.tlsSidecar.image", "spec.kafkaExporter.image", "spec.jmxTrans.image",
    ] },
    Resource { group: "kafka.strimzi.io", kinds: &["KafkaConnect"], paths: &[
        "spec.image", "spec.clientRackInitImage", "spec.build.output.image",
    ] },
    Resource { group: "kafka.strimzi.io", kinds: &["KafkaBridge", "KafkaMirrorMaker", "KafkaMirrorMaker2"], paths: &[
        "spec.image", "spec.clientRackInitImage",
    ] },
    Resource { group: "platform.confluent.io", kinds: &[], paths: &[
        "spec.image.application", "spec.image.init",
    ] },
    Resource { group: "rabbitmq.com", kinds: &["RabbitmqCluster"], paths: &["spec.image"] },
    Resource { group: "broker.amq.io", kinds: &["ActiveMQArtemis"], paths: &[
        "spec.deploymentPlan.image", "spec.deploymentPlan.initImage",
    ] },
    Resource { group: "flink.apache.org", kinds: &["FlinkDeployment"], paths: &["spec.image"] },
    Resource { group: "sparkoperator.k8s.io", kinds: &["SparkApplication"], paths: &[
        "spec.image", "spec.driver.image", "spec.executor.image",
    ] },
    Resource { group: "sparkoperator.k8s.io", kinds: &["ScheduledSparkApplication"], paths: &[
        "spec.template.image", "spec.template.driver.image", "spec.template.executor.image",
    ] },
    // Databases.
    Resource { group: "postgresql.cnpg.io", kinds: &["Cluster"], paths: &[
        "spec.imageName", "spec.postgresql.extensions[*].image.reference",
    ] },
    Resource { group: "postgresql.cnpg.io", kinds: &["ClusterImageCatalog", "ImageCatalog"], paths: &[
        "spec.images[*].image", "spec.images[*].extensions[*].image.reference",
        "spec.componentImages[*].image",
    ] },
    Resource { group: "acid.zalan.do", kinds: &["postgresql"], paths: &[
        "spec.dockerImage", "spec.connectionPooler.dockerImage",
    ] },
    Resource { group: "acid.zalan.do", kinds: &["OperatorConfiguration"], paths: &[
        "configuration.docker_image", "configuration.connection_pooler.connection_pooler_image",
        "configuration.logical_backup.logical_backup_docker_image",
    ] },
    Resource { group: "postgres-operator.crunchydata.com", kinds: &["PostgresCluster"], paths: &[
        "spec.image", "spec.backups.pgbackrest.image", "spec.proxy.pgBouncer.image",
        "spec.monitoring.pgmonitor.exporter.image", "spec.userInterface.pgAdmin.image",
    ] },
    Resource { group: "postgres-operator.crunchydata.com", kinds: &["PGAdmin", "PGUpgrade"], paths: &[
        "spec.image",
    ] },
    Resource { group: "pgv2.percona.com", kinds: &["PerconaPGCluster"], paths: &[
        "spec.image", "spec.initContainer.image", "spec.backups.pgbackrest.image",
        "spec.proxy.pgBouncer.image", "spec.pmm.image",
    ] },
    Resource { group: "psmdb.percona.com", kinds: &["PerconaServerMongoDB"], paths: &[
        "spec.image", "spec.initImage", "spec.backup.image", "spec.pmm.image",
    ] },
    Resource { group: "pxc.percona.com", kinds: &["PerconaXtraDBCluster"], paths: &[
        "spec.initImage", "spec.initContainer.image", "spec.pxc.image", "spec.haproxy.image",
        "spec.proxysql.image", "spec.backup.image", "spec.logcollector.image", "spec.pmm.image",
    ] },
    Resource { group: "ps.percona.com", kinds: &["PerconaServerMySQL"], paths: &[
        "spec.initContainer.image", "spec.mysql.image", "spec.orchestrator.image",
        "spec.proxy.haproxy.image", "spec.proxy.router.image", "spec.backup.image", "spec.toolkit.image",
        "spec.pmm.image",
    ] },
    Resource { group: "k8s.mariadb.com", kinds: &["MariaDB"], paths: &[
        "spec.image", "spec.metrics.exporter.image",
    ] },
    Resource { group: "k8s.mariadb.com", kinds: &["MaxScale"], paths: &["spec.image"] },
    Resource { group: "cassandra.datastax.com", kinds: &["CassandraDatacenter"], paths: &[
        "spec.serverImage", "spec.configBuilderImage", "spec.systemLoggerImage",
    ] },
    Resource { group: "crdb.cockroachlabs.com", kinds: &["CrdbCluster"], paths: &["spec.image.name"] },
    Resource { group: "couchbase.com", kinds: &["CouchbaseCluster"], paths: &[
        "spec.image", "spec.backup.image", "spec.monitoring.prometheus.image",
    ] },
    Resource { group: "databases.spotahome.com", kinds: &["RedisFailover"], paths: &[
        "spec.redis.image", "spec.redis.exporter.image", "spec.sentinel.image",
        "spec.sentinel.exporter.image",
    ] },
    Resource { group: "redis.redis.opstreelabs.in", kinds: &["Redis", "RedisCluster", "RedisReplication", "RedisSentinel"], paths: &[
        "spec.kubernetesConfig.image", "spec.redisExporter.image",
    ] },
    Resource { group: "dragonflydb.io", kinds: &["Dragonfly"], paths: &["spec.image"] },
    Resource { group: "milvus.io", kinds: &["Milvus"], paths: &["spec.components.image"] },
    Resource { group: "druid.apache.org", kinds: &["Druid"], paths: &["spec.image", "spec.nodes[*].image"] },
    Resource { group: "*.stackable.tech", kinds: &[], paths: &["spec.image.custom"] },
    // Elastic.
    Resource { group: "agent.k8s.elastic.co", kinds: &["Agent"], paths: &["spec.image"] },
    Resource { group: "apm.k8s.elastic.co", kinds: &["ApmServer"], paths: &["spec.image"] },
    Resource { group: "beat.k8s.elastic.co", kinds: &["Beat"], paths: &["spec.image"] },
    Resource { group: "elasticsearch.k8s.elastic.co", kinds: &["Elasticsearch"], paths: &["spec.image"] },
    Resource { group: "enterprisesearch.k8s.elastic.co", kinds: &["EnterpriseSearch"], paths: &[
        "spec.image",
    ] },
    Resource { group: "kibana.k8s.elastic.co", kinds: &["Kibana"], paths: &["spec.image"] },
    Resource { group: "logstash.k8s.elastic.co", kinds: &["Logstash"], paths: &["spec.image"] },
    Resource { group: "maps.k8s.elastic.co", kinds: &["ElasticMapsServer"], paths: &["spec.image"] },
    // Virtual machines.
    Resource { group: "kubevirt.io", kinds: &["VirtualMachine", "VirtualMachineInstanceReplicaSet"], paths: &[
        "spec.template.spec.volumes[*].containerDisk.image",
    ] },
    Resource { group: "kubevirt.io", kinds: &["VirtualMachineInstance"], paths: &[
        "spec.volumes[*].containerDisk.image",
    ] },
    Resource { group: "pool.kubevirt.io", kinds: &["VirtualMachinePool"], paths: &[
        "spec.virtualMachineTemplate.spec.template.spec.volumes[*].containerDisk.image",
    ] },
    // Builds, pipelines, runners.
    Resource { group: "tekton.dev", kinds: &["StepAction"], paths: &["spec.image"] },
    Resource { group: "shipwright.io", kinds: &["Build"], paths: &["spec.builder.image"] },
    Resource { group: "shipwright.io", kinds: &["BuildStrategy", "ClusterBuildStrategy"], paths: &[
        "spec.buildSteps[*].image",
    ] },
    Resource { group: "kpack.io", kinds: &["ClusterStack"], paths: &[
        "spec.buildImage.image", "spec.runImage.image",
    ] },
    Resource { group: "actions.summerwind.dev", kinds: &["Runner"], paths: &[
        "spec.image", "spec.dockerImage",
    ] },
    Resource { group: "actions.summerwind.dev", kinds: &["RunnerDeployment", "RunnerReplicaSet"], paths: &[
        "spec.template.spec.image", "spec.template.spec.dockerImage",
    ] },
    Resource { group: "apps.gitlab.com", kinds: &["Runner"], paths: &[
        "spec.runnerImage", "spec.helperImage", "spec.buildImage",
    ] },
    Resource { group: "executor.testkube.io", kinds: &["Executor"], paths: &["spec.image"] },
    Resource { group: "infra.contrib.fluxcd.io", kinds: &["Terraform"], paths: &[
        "spec.runnerPodTemplate.spec.image",
    ] },
    Resource { group: "auto.pulumi.com", kinds: &["Workspace"], paths: &["spec.image"] },
    // Serverless, machine learning, applications.
    Resource { group: "caching.internal.knative.dev", kinds: &["Image"], paths: &["spec.image"] },
    Resource { group: "serving.kserve.io", kinds: &["InferenceService"], paths: &[
        "spec.predictor.model.image", "spec.predictor.huggingface.image", "spec.predictor.lightgbm.image",
        "spec.predictor.onnx.image", "spec.predictor.paddle.image", "spec.predictor.pmml.image",
        "spec.predictor.pytorch.image", "spec.predictor.sklearn.image", "spec.predictor.tensorflow.image",
        "spec.predictor.triton.image", "spec.predictor.xgboost.image",
    ] },
    Resource { group: "core.spinkube.dev", kinds: &["SpinApp"], paths: &["spec.image"] },
    Resource { group: "core.spinoperator.dev", kinds: &["SpinApp"], paths: &["spec.image"] },
    Resource { group: "openfaas.com", kinds: &["Function"], paths: &["spec.image"] },
    Resource { group: "fission.io", kinds: &["Environment"], paths: &[
        "spec.runtime.image", "spec.builder.image",
    ] },
    Resource { group: "nuclio.io", kinds: &["NuclioFunction"], paths: &["spec.image"] },
    Resource { group: "camel.apache.org", kinds: &["IntegrationKit"], paths: &["spec.image"] },
    Resource { group: "core.oam.dev", kinds: &["Application"], paths: &[
        "spec.components[*].properties.image",
    ] },
    Resource { group: "apps.openliberty.io", kinds: &["OpenLibertyApplication"], paths: &[
        "spec.applicationImage",
    ] },
    Resource { group: "rc.app.stacks", kinds: &["RuntimeComponent"], paths: &["spec.applicationImage"] },
    Resource { group: "wildfly.org", kinds: &["WildFlyServer"], paths: &["spec.applicationImage"] },
    Resource { group: "k8s.keycloak.org", kinds: &["Keycloak"], paths: &["spec.image"] },
    Resource { group: "infinispan.org", kinds: &["Infinispan"], paths: &["spec.image"] },
    // Clusters and operators.
    Resource { group: "operators.coreos.com", kinds: &["ClusterServiceVersion"], paths: &[
        "spec.relatedImages[*].image",
    ] },
    Resource { group: "operators.coreos.com", kinds: &["CatalogSource"], paths: &["spec.image"] },
    Resource { group: "olm.operatorframework.io", kinds: &["ClusterCatalog"], paths: &["spec.source.image.ref"] },
    Resource { group: "machineconfiguration.openshift.io", kinds: &["MachineConfig"], paths: &[
        "spec.osImageURL", "spec.baseOSExtensionsContainerImage",
    ] },
    Resource { group: "policies.kubewarden.io", kinds: &["PolicyServer"], paths: &["spec.image"] },
    Resource { group: "pkg.crossplane.io", kinds: &["Configuration", "Function", "Provider"], paths: &[
        "spec.package",
    ] },
    Resource { group: "pkg.crossplane.io", kinds: &["ConfigurationRevision", "FunctionRevision", "ProviderRevision"], paths: &[
        "spec.image",
    ] },
    Resource { group: "meta.pkg.crossplane.io", kinds: &["Provider"], paths: &["spec.controller.image"] },
    Resource { group: "meta.pkg.crossplane.io", kinds: &["Function"], paths: &["spec.image"] },
    Resource { group: "config.openshift.io", kinds: &["ClusterVersion"], paths: &[
        "spec.desiredUpdate.image",
    ] },
    Resource { group: "pkg.crossplane.io", kinds: &["ControllerConfig"], paths: &["spec.image"] },
    Resource { group: "druid.gardener.cloud", kinds: &["Etcd"], paths: &[
        "spec.etcd.image", "spec.backup.image",
    ] },
    Resource { group: "nfd.kubernetes.io", kinds: &["NodeFeatureDiscovery"], paths: &["spec.operand.image"] },
    Resource { group: "nfd.openshift.io", kinds: &["NodeFeatureDiscovery"], paths: &["spec.operand.image"] },
    Resource { group: "kmm.sigs.x-k8s.io", kinds: &["Module"], paths: &[
        "spec.moduleLoader.container.containerImage",
        "spec.moduleLoader.container.kernelMappings[*].containerImage",
    ] },
    Resource { group: "vault.banzaicloud.com", kinds: &["Vault"], paths: &[
        "spec.image", "spec.bankVaultsImage", "spec.fluentdImage", "spec.statsdImage",
    ] },
    Resource { group: "tailscale.com", kinds: &["ProxyClass"], paths: &[
        "spec.statefulSet.pod.tailscaleContainer.image",
        "spec.statefulSet.pod.tailscaleInitContainer.image",
    ] },
    Resource { group: "litmuschaos.io", kinds: &["ChaosEngine"], paths: &["spec.components.runner.image"] },
    Resource { group: "litmuschaos.io", kinds: &["ChaosExperiment"], paths: &["spec.definition.image"] },
];

#[cfg(test)]
mod tests {
    use super::super::reference_table::{ADDRESSES, NAMES};
    use super::super::resources::Resource;
    use super::RESOURCES;

    #[test]
    fn the_page_on_custom_resources_lists_every_entry_and_no_other() {
        let page = include_str!("../../docs/custom-resources.md");
        let tables = [RESOURCES, ADDRESSES, NAMES];
        for (number, table) in tables.into_iter().enumerate() {
            let written = page.split("|---|---|---|\n").nth(number + 1);
            let written = written.unwrap_or_default();
            let end = written.find("\n\n").map_or(written.len(), |end| end + 1);
            assert_eq!(&written[..end], rows(table));
        }
    }

    fn rows(table: &[Resource]) -> String {
        let rows = table.iter().map(|entry| {
            let kinds = match entry.kinds {
                [] => "every kind".to_owned(),
                kinds => kinds.join(", "),
            };
            let paths: Vec<String> = entry.paths.iter().map(|path| format!("`{path}`")).collect();
            format!("| {} | {kinds} | {} |\n", entry.group, paths.join(", "))
        });
        rows.collect()
    }
}
