namespace Orchestrator.Dashboards.Sources;

static class Nodes
{
    /// <summary>A figure of each GPU by what runs on it: several trials that share one have the same.</summary>
    /// <param name="unit">What makes the panel's unit of the exporter's.</param>
    static Query OfTrials(string metric, string unit = "") =>
        new(
            "orchestrator_slot_trial_info{node=~\"$node\", gpu_uuid!=\"\"} * on (gpu_uuid) group_left () "
                + $"max by (gpu_uuid) (label_join({metric}, \"gpu_uuid\", \"\", \"UUID\")){unit}",
            "{{sweep}} {{trial}}, slot {{slot}}"
        );

    public static Dashboard Dashboard { get; } =
        new(
            "orchestrator-nodes",
            "Orchestrator: Nodes and GPUs",
            "What each node does with its cores, its memory, its disk and its GPUs.",
            [Variable.Node],
            new Row(
                "What do its slots do?",
                new Panel(
                    "Slots at work",
                    "Slots of each node that train or evaluate.",
                    "short",
                    new Query("sum by (node) (orchestrator_slots{state!=\"idle\", node=~\"$node\"})", "{{node}}")
                ),
                new Panel(
                    "Images per second",
                    "Training images per second of each slot. One slot below its neighbours: look at its device and its cores.",
                    "short",
                    new Query("orchestrator_slot_images_per_second{node=~\"$node\"}", "{{node}} slot {{slot}}")
                ),
                new Panel(
                    "Cores in use",
                    "CPU time per second of the child process of each slot, in cores.",
                    "short",
                    new Query(
                        "rate(orchestrator_slot_process_cpu_seconds_total{node=~\"$node\"}[$__rate_interval])",
                        "{{node}} slot {{slot}}"
                    )
                ),
                new Panel(
                    "Memory of child processes",
                    "Resident memory of the child process of each slot.",
                    "bytes",
                    new Query("orchestrator_slot_process_resident_memory_bytes{node=~\"$node\"}", "{{node}} slot {{slot}}")
                )
                {
                    IsStacked = true,
                },
                Panel.Table(
                    "Who works on what",
                    "The trial or evaluation of each slot. A row leads to its trial on the live page.",
                    "orchestrator_slot_trial_info{node=~\"$node\"}"
                ) with
                {
                    LeadsToTrial = true,
                    Width = 16,
                }
            ),
            new Row(
                "Is there room?",
                new Panel(
                    "Free part of the data folder",
                    "Free part of the file system that holds the data folder. Below 10 % there is an alert.",
                    "percentunit",
                    new Query("node:orchestrator_data_folder_free:ratio{node=~\"$node\"}", "{{node}}")
                ),
                new Panel(
                    "Checkpoints written",
                    "Bytes of checkpoints that trials write, per second.",
                    "Bps",
                    new Query(
                        "sum by (node) (rate(orchestrator_checkpoint_written_bytes_total{node=~\"$node\"}[$__rate_interval]))",
                        "{{node}}"
                    )
                ),
                new Panel(
                    "Checkpoints written and deleted",
                    "Checkpoints per second. Deleted are those that the retention of their sweep does not keep.",
                    "ops",
                    new Query("sum(rate(orchestrator_checkpoints_written_total{node=~\"$node\"}[$__rate_interval]))", "written"),
                    new Query("sum(rate(orchestrator_checkpoints_deleted_total{node=~\"$node\"}[$__rate_interval]))", "deleted")
                )
            ),
            new Row(
                "What do its GPUs do? (as nvidia-smi tells)",
                new Panel(
                    "GPU utilisation",
                    "Part of the time in which each GPU computed.",
                    "percentunit",
                    new Query("orchestrator_device_utilisation_ratio{node=~\"$node\"}", "{{node}} GPU {{device}}")
                )
                {
                    Requires = Requirement.Gpu,
                },
                new Panel(
                    "GPU memory in use",
                    "Memory in use on each GPU, by whomever.",
                    "bytes",
                    new Query("orchestrator_device_memory_used_bytes{node=~\"$node\"}", "{{node}} GPU {{device}}")
                )
                {
                    Requires = Requirement.Gpu,
                },
                new Panel(
                    "GPU memory in use, part of all",
                    "Part of the memory of each GPU that is in use.",
                    "percentunit",
                    new Query(
                        "orchestrator_device_memory_used_bytes{node=~\"$node\"} / orchestrator_device_memory_size_bytes{node=~\"$node\"}",
                        "{{node}} GPU {{device}}"
                    )
                )
                {
                    Requires = Requirement.Gpu,
                },
                Panel.Table("GPUs", "The GPUs of each node.", "orchestrator_device_info{node=~\"$node\"}") with
                {
                    Requires = Requirement.Gpu,
                    Width = 24,
                }
            ),
            new Row(
                "What do trials make of their GPUs? (where NVIDIA's DCGM exporter runs)",
                new Panel(
                    "Tensor cores at work, by trial",
                    "Part of the time in which the tensor cores of a trial's GPU computed. Low on a busy GPU: larger batches, bfloat16.",
                    "percentunit",
                    OfTrials("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE")
                )
                {
                    Requires = Requirement.Dcgm,
                },
                new Panel(
                    "GPU memory, by trial",
                    "Memory in use on the GPU of each trial, of all that compute there.",
                    "bytes",
                    OfTrials("DCGM_FI_DEV_FB_USED", " * 1048576")
                )
                {
                    Requires = Requirement.Dcgm,
                },
                new Panel("GPU power, by trial", "What the GPU of each trial draws.", "watt", OfTrials("DCGM_FI_DEV_POWER_USAGE"))
                {
                    Requires = Requirement.Dcgm,
                }
            ),
            new Row(
                "How are its GPUs? (where NVIDIA's DCGM exporter runs)",
                new Panel(
                    "GPU temperature",
                    "Of each GPU that the exporter knows.",
                    "celsius",
                    new Query("DCGM_FI_DEV_GPU_TEMP", "{{Hostname}} GPU {{gpu}}")
                )
                {
                    Requires = Requirement.Dcgm,
                },
                new Panel(
                    "GPU power",
                    "Of each GPU that the exporter knows.",
                    "watt",
                    new Query("DCGM_FI_DEV_POWER_USAGE", "{{Hostname}} GPU {{gpu}}")
                )
                {
                    Requires = Requirement.Dcgm,
                },
                new Panel(
                    "Clock of the multiprocessors",
                    "A clock that falls under load is a GPU that is too hot or short of power.",
                    "hertz",
                    new Query("DCGM_FI_DEV_SM_CLOCK * 1e6", "{{Hostname}} GPU {{gpu}}")
                )
                {
                    Requires = Requirement.Dcgm,
                },
                new Panel(
                    "Newest XID error",
                    "Number of the newest error that the driver reported; 0: none. NVIDIA's list says what each means.",
                    "none",
                    new Query("DCGM_FI_DEV_XID_ERRORS", "{{Hostname}} GPU {{gpu}}")
                )
                {
                    Requires = Requirement.Dcgm,
                    Width = 24,
                }
            )
        );
}
