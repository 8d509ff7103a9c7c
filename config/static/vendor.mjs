// Copies the named files of the pinned packages into vendor/ and writes vendor/manifest.json.
// Run `npm run vendor` in this folder: it installs from the lock without scripts, copies, and removes node_modules.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const PACKAGES = join(HERE, "node_modules");
const VENDOR = join(HERE, "vendor");
// zrender and tslib are compiled into echarts.min.js, so their licences travel with it.
const FILES = [
  ["bootstrap", "dist/css/bootstrap.min.css", "bootstrap/bootstrap.min.css"],
  ["bootstrap", "LICENSE", "bootstrap/LICENSE"],
  ["echarts", "dist/echarts.min.js", "echarts/echarts.min.js"],
  ["echarts", "LICENSE", "echarts/LICENSE"],
  ["echarts", "NOTICE", "echarts/NOTICE"],
  ["echarts", "licenses/LICENSE-d3", "echarts/LICENSE-d3"],
  ["zrender", "LICENSE", "echarts/LICENSE-zrender"],
  ["tslib", "LICENSE.txt", "echarts/LICENSE-tslib"],
];
const SOURCE_MAP_COMMENT = /\n?\/\*# sourceMappingURL=[^*]+\*\/\s*$/;

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

// The map itself is not shipped, and a dangling pointer to it breaks hashed static file storages.
function withoutSourceMap(bytes, name) {
  return name.endsWith(".css") ? Buffer.from(bytes.toString("utf8").replace(SOURCE_MAP_COMMENT, "\n")) : bytes;
}

function copy([name, from, to]) {
  const { version, license } = JSON.parse(readFileSync(join(PACKAGES, name, "package.json"), "utf8"));
  const original = readFileSync(join(PACKAGES, name, from));
  const shipped = withoutSourceMap(original, to);
  mkdirSync(dirname(join(VENDOR, to)), { recursive: true });
  writeFileSync(join(VENDOR, to), shipped);
  const row = { file: to, package: name, version, licence: license, source: from, sha256: sha256(shipped) };
  return shipped.equals(original) ? row : { ...row, source_sha256: sha256(original), change: "source map comment removed" };
}

rmSync(VENDOR, { recursive: true, force: true });
const manifest = FILES.map(copy);
writeFileSync(join(VENDOR, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
rmSync(PACKAGES, { recursive: true, force: true }); // everything under static/ is served
