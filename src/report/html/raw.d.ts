// biome-ignore-all lint/style/noDefaultExport: Vite gives a file's text as the default export
/** A file beside the sources, as its text: scripts/raw-files.mjs puts it in. */
declare module '*?raw' {
  const text: string;
  export default text;
}
