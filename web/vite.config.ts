import { createHash } from "node:crypto";
import { defineConfig, type Plugin } from "vite";

/** Tells the service worker which files make the door work without a network: all but the map's. */
function tellShell(): Plugin {
  return {
    name: "tell-shell",
    enforce: "post",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const worker = chunks.find((chunk) => chunk.fileName === "sw.js");
      const files = new Set<string>();
      const add = (name: string): void => {
        const chunk = chunks.find((one) => one.fileName === name);
        if (chunk === undefined || files.has(name)) return;
        files.add(name);
        chunk.imports.forEach(add);
        for (const file of [...(chunk.viteMetadata?.importedCss ?? []), ...(chunk.viteMetadata?.importedAssets ?? [])]) files.add(file);
      };
      for (const name of ["door", "sales-page"]) add(chunks.find((chunk) => chunk.name === name)!.fileName);
      // of the letters those of the three languages
      const fonts = Object.keys(bundle).filter((name) => /inter-(latin|cyrillic)(-ext)?-wght-normal.*woff2$/.test(name) && !name.includes("latin-ext"));
      const shell = [...new Set([...files, ...fonts])].filter((name) => !name.endsWith(".woff2") || fonts.includes(name)).map((name) => `/${name}`).sort();
      const version = createHash("sha256").update(shell.join("\n")).digest("hex").slice(0, 12);
      worker!.code = worker!.code.replace("@shell@", JSON.stringify(shell).replaceAll('"', '\\"')).replace("@version@", version);
    },
  };
}

export default defineConfig({
  base: "/",
  build: {
    outDir: "../src/aspan/faces/web/dist",
    emptyOutDir: true,
    assetsDir: "assets",
    target: "es2022",
    rolldownOptions: {
      // the desk, the door: what passengers open, the gate: what agents do, and what keeps the door open without a network
      input: { index: "index.html", door: "door.html", gate: "gate.html", range: "range.html", sw: "src/door/worker.ts" },
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
    // the map's own bundle is large and asked for after the frame has been drawn
    chunkSizeWarningLimit: 1400,
  },
  plugins: [tellShell()],
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8080", "/map": "http://127.0.0.1:8080", "/v1": "http://127.0.0.1:8080" } },
});
