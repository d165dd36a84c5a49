// A few users who come, ask and go: what one may already have for k6. planefault runs it as it is; the host is answered by the target (see `hosts`).
import { check, sleep } from "k6";
import http from "k6/http";

export const options = {
  stages: [
    { duration: "3s", target: 5 },
    { duration: "1m", target: 5 },
  ],
  thresholds: {
    http_req_duration: ["p(95)<200"],
    http_req_failed: ["rate<0.01"],
    "checks{about:answer}": ["rate>0.99"],
  },
};

export function setup() {
  return { service: "echo" };
}

export default function (expected) {
  const answer = http.get("http://shop.example.com/");
  check(answer, { "the shop answers": (r) => r.json("service") === expected.service }, { about: "answer" });
  sleep(0.2);
}
