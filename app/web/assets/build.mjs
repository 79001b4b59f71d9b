/** Builds every bundle into ../static/dist, with its manifest and the licences of what is shipped. */
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "..", "static", "dist");
const TARGET = ["es2022", "chrome111", "firefox115", "safari16.4"];

const COMMON = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: DIST,
  entryNames: "[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  target: TARGET,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  loader: { ".woff2": "file", ".svg": "dataurl", ".png": "dataurl" },
};

/** The icon font of bpmn.io comes in five formats; only the one every supported browser asks for is shipped. */
const oneFontFormat = {
  name: "one-font-format",
  setup(steps) {
    steps.onLoad({ filter: /bpmn-font[\\/]css[\\/]bpmn\.css$/ }, ({ path }) => ({
      loader: "css",
      contents: readFileSync(path, "utf8").replace(
        /@font-face\s*\{[^}]*\}/,
        '@font-face{font-family:"bpmn";src:url("../font/bpmn.woff2") format("woff2");font-weight:normal;font-style:normal}',
      ),
    }));
  },
};

/** bpmn.io writes style attributes in its markup, which our content policy refuses: modeler/styles.js applies them by script. */
const noStyleAttribute = {
  name: "no-style-attribute",
  setup(steps) {
    steps.onLoad({ filter: /node_modules[\\/](bpmn-|diagram-js|@bpmn-io).*\.m?js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      return /[\s`']style="/.test(source) ? { contents: source.replace(/(?<=[\s`'])style="/g, 'data-style="') } : undefined;
    });
  },
};

const ENTRIES = ["look/app.css", "app/app.js", "viewer/viewer.js", "annoter/annoter.js", "modeler/modeler.js"];

function owner(input) {
  const parts = input.split("node_modules/");
  if (parts.length === 1) return null;
  const path = parts.pop().split("/");
  const name = path[0].startsWith("@") ? `${path[0]}/${path[1]}` : path[0];
  return `${parts.join("node_modules/")}node_modules/${name}`;
}

function licence(folder) {
  const about = JSON.parse(readFileSync(join(HERE, folder, "package.json"), "utf8"));
  const file = readdirSync(join(HERE, folder)).sort().find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text = file ? readFileSync(join(HERE, folder, file), "utf8").trim() : "(no licence file in the package)";
  const kind = typeof about.license === "string" ? about.license : (about.license?.type ?? "see the text below");
  return { title: `${about.name} ${about.version}`, kind, text };
}

function licences(inputs) {
  const folders = [...new Set(inputs.map(owner).filter(Boolean))];
  const all = [...new Map(folders.map(licence).map((held) => [held.title, held])).values()];
  all.sort((a, b) => (a.title < b.title ? -1 : 1));
  const rule = "-".repeat(78);
  const list = all.map((held) => `${held.title}: ${held.kind}`).join("\n");
  return `${list}\n\n${all.map((held) => `${rule}\n${held.title}: ${held.kind}\n${rule}\n${held.text}\n`).join("\n")}`;
}

function manifest(outputs) {
  const names = {};
  for (const [path, output] of Object.entries(outputs)) {
    if (!output.entryPoint) continue;
    const name = basename(output.entryPoint);
    names[name] = basename(path);
    if (output.cssBundle) names[name.replace(/\.js$/, ".css")] = basename(output.cssBundle);
  }
  return JSON.stringify(Object.fromEntries(Object.entries(names).sort()), null, 2) + "\n";
}

const started = Date.now();
const made = await build({ ...COMMON, entryPoints: ENTRIES.filter((path) => existsSync(join(HERE, path))), format: "esm", jsx: "automatic", jsxImportSource: "preact", plugins: [oneFontFormat, noStyleAttribute] });

rmSync(DIST, { recursive: true, force: true });
for (const file of made.outputFiles) {
  mkdirSync(dirname(file.path), { recursive: true });
  writeFileSync(file.path, file.contents);
}
writeFileSync(join(DIST, "licences.txt"), licences(Object.keys(made.metafile.inputs)));
writeFileSync(join(DIST, "manifest.json"), manifest(made.metafile.outputs));

for (const file of made.outputFiles) console.log(`${String(Math.round(file.contents.length / 1024)).padStart(6)} kB  ${relative(DIST, file.path)}`);
console.log(`built in ${Date.now() - started} ms`);
