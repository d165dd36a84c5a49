// The experiments of this repository that the model cannot play, so that only containers judge them.

/** No script of k6 is run there. The model knows neither health checks that turn red when a watch breaks nor alerts, what a replica that was restarted does not know yet, how a quorum feels a squeezed processor, an election under a flapping link, that a connection is given up where pings are lost, a jam, or who looks at what a disk answers. */
export const beyondTheModel = [
  ...["k6-users", "k6-users-well", "thin-pipe", "disk-error-unnoticed"].map((name) => `experiments/echo/${name}.yaml`),
  ...[
    "app-etcd-loss",
    "quorum-lost",
    "watch-cut",
    "watch-silent-noticed",
    "metrics-blocked",
    "link-down",
    "member-cut",
    "member-cut-no-keepalive",
    "restarted-cold",
    "restarted-warm",
    "audit-blocked-alert",
    "cpu-pressure",
    "cpu-pressure-follower",
    "link-flap-leader",
  ].map((name) => `experiments/etcd-app/${name}.yaml`),
];

/** Its prediction falls there as it expects, and for no better reason than that the model feels no squeezed processor anywhere. */
export const fallsForNothing = "experiments/etcd-app/cpu-pressure-follower.yaml";
