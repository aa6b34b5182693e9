/** A file beside the sources, as its text: scripts/raw-files.mjs puts it in. */
declare module '*?raw' {
  const text: string;
  export default text;
}
