// Volumes of a Compose service: named ones become volumes of each replica, files and folders of the project are copied in, everything else of the host is refused.
import type { Copy } from "../../model/stack.ts";
import type { DataPath } from "../positions.ts";
import { ourName, pathInside } from "./names.ts";
import type { ComposeService } from "./schema.ts";
import type { ProjectContext } from "./service.ts";

type Volume = NonNullable<ComposeService["volumes"]>[number];
type Context = Pick<ProjectContext, "folder" | "beside" | "declared" | "refuse">;

export interface Mounts {
  readonly volumes: readonly { readonly name: string; readonly path: string }[];
  readonly copies: readonly Copy[];
}

export function mountsOf(list: readonly Volume[], path: DataPath, context: Context): Mounts {
  const found = list.map((volume, index) => mountOf(volume, [...path, index], context));
  return { volumes: found.flatMap((one) => one?.volume ?? []), copies: found.flatMap((one) => one?.copy ?? []) };
}

type Mount = { readonly volume?: Mounts["volumes"][number]; readonly copy?: Copy };

function mountOf(volume: Volume, path: DataPath, context: Context): Mount | undefined {
  const { declared, refuse } = context;
  const { source, target, bind } = typeof volume === "string" ? shortForm(volume) : { ...volume, bind: volume.type === "bind" };
  if (!target.startsWith("/")) {
    refuse(path, "invalid-value", `the path "${target}" inside the container must begin with "/"`);
    return undefined;
  }
  if (source === undefined || !bind) {
    if (source !== undefined && !Object.hasOwn(declared.volumes ?? {}, source)) {
      refuse(path, "unknown-volume", `the Compose file declares no volume "${source}" under volumes`);
      return undefined;
    }
    const name = ourName(source ?? target.slice(1));
    if (name === undefined)
      refuse(path, "invalid-value", `no volume can be called "${source ?? target}": small letters, digits and dashes`);
    return name === undefined ? undefined : { volume: { name, path: target } };
  }
  const copy = copyOf(source, target, path, context);
  return copy && { copy };
}

/** A file or folder of the project for a path inside the container; refused at `path` where it is none. */
export function copyOf(source: string, target: string, path: DataPath, { folder, beside, refuse }: Context): Copy | undefined {
  const inside = pathInside(folder, source);
  const found = inside === undefined ? undefined : beside.look(inside);
  if (inside !== undefined && found !== undefined) return { source: inside, path: target, ...found };
  refuse(
    path,
    "host-path",
    inside === undefined
      ? `"${source}" is a path of the host: only files and folders of the target's own folder are given to containers, as copies`
      : `there is no file or folder "${source}" in the target's folder`,
  );
  return undefined;
}

/** "data:/path", "./file:/path:ro", "/path". What begins with a dot, a slash or a tilde is a path of the host. */
function shortForm(text: string): { readonly source: string | undefined; readonly target: string; readonly bind: boolean } {
  const [first = "", second] = text.split(":");
  return second === undefined
    ? { source: undefined, target: first, bind: false }
    : { source: first, target: second, bind: /^[./~]/u.test(first) };
}
