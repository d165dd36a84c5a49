// The core of the experiments, which `npm test` runs on real containers.

export const core: readonly string[] = [
  "experiments/echo/nothing.yaml",
  "experiments/echo/loss.yaml",
  "experiments/echo/wrong.yaml",
  "experiments/nginx-nodejs-redis/redis-paused.yaml",
  "experiments/etcd-app/disk-pressure.yaml",
  "experiments/etcd-app/quorum-lost.yaml",
];
