// Keys that a service has in Compose and not here: refused by name, so that nobody thinks they act. `depends_on` is one: all components start together, and the run waits until each is healthy.

export const composeKeys: ReadonlySet<string> = new Set(
  "annotations attach blkio_config cap_drop cgroup cgroup_parent configs container_name cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on device_cgroup_rules devices develop dns dns_opt dns_search domainname entrypoint env_file expose extends external_links extra_hosts gpus group_add hostname image init ipc isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles provider pull_policy read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes_from working_dir".split(
    " ",
  ),
);
