// Builds widget/src into the package's static folder and notes from which sources.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "../src/belowline/static");
// Spring 2023 (docs/embed.md, "Browsers"); nested rules are written out.
const target = ["chrome111", "firefox115", "safari16.4"];
// ASCII output: a classic script is read in the host page's encoding, whatever that is.
const common = { bundle: true, minify: true, target, legalComments: "none", logLevel: "warning" };
const source = (name) => join(here, "src", name);

// Browsers without light-dark(), from before 2024, choose between the same colours by two variables: one is empty.
function older(css, embed) {
  const colours = css.match(/--[\w-]+:[^;]*light-dark\([^;]*;/g).join(" ");
  const dark = "{ --if-light: ; --if-dark: initial; }";
  return `@supports not (color: light-dark(#000, #fff)) {
    :root, :host { --if-light: initial; --if-dark: ; ${colours.replace(/light-dark\((#\w+), (#\w+)\)/g, "var(--if-light, $1) var(--if-dark, $2)")} }
    @media screen and (prefers-color-scheme: dark) { ${embed ? ':host(:not([theme="light"]))' : ":root"} ${dark} }
    @media screen { :host([theme="dark"]) ${dark} }
  }`;
}

const styles = (embed) => ({
  name: "styles",
  setup: (run) =>
    run.onLoad({ filter: /\.css$/ }, ({ path }) => {
      let css = readFileSync(path, "utf8");
      // On a host's page 1rem is the host's; embed.css says what ours is, in --rem.
      if (embed) css = css.replace(/(?<!max\()(-?[\d.]+)rem/g, "calc($1 * var(--rem))");
      return { contents: path.endsWith("discussion.css") ? css + older(css, embed) : css, loader: "css" };
    }),
});
for (const name of ["page", "embed"]) {
  await build({ ...common, plugins: [styles(name === "embed")], entryPoints: [source(`${name}.css`)], outfile: join(out, `${name}.css`) });
}
const version = createHash("sha256").update(readFileSync(join(out, "embed.css"))).digest("hex").slice(0, 8);
const define = { EMBED_CSS_VERSION: JSON.stringify(version) };
for (const name of ["personal", "session", "live", "mention"]) {
  await build({ ...common, format: "esm", entryPoints: [source(`${name}.ts`)], outfile: join(out, `${name}.js`) });
  const hash = createHash("sha256").update(readFileSync(join(out, `${name}.js`))).digest("hex").slice(0, 8);
  define[`${name.toUpperCase()}_VERSION`] = JSON.stringify(hash);
}
for (const name of ["page", "embed", "counts"]) {
  const format = name === "page" ? "esm" : "iife";
  await build({ ...common, define, format, entryPoints: [source(`${name}.ts`)], outfile: join(out, `${name}.js`) });
}

// The same sum in tests/house/test_assets.py: names and contents of all sources, sorted by name.
const sum = createHash("sha256");
for (const name of readdirSync(join(here, "src")).sort()) {
  sum.update(name).update("\0").update(readFileSync(source(name))).update("\0");
}
sum.update(readFileSync(join(here, "build.mjs"))).update(readFileSync(join(here, "package-lock.json")));
writeFileSync(join(out, "BUILD"), `${sum.digest("hex")}\n`);
