// A second process, so that one can be frozen while the other goes on: it answers operators on :8081.
import { createServer } from "node:http";

process.title = "clerk";

createServer(
  (_request, response) => void response.writeHead(200, { "content-type": "application/json" }).end('{"service":"clerk"}'),
).listen(8_081, "0.0.0.0");
