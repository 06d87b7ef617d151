declare module '*?script' {
  /** Where the script lies, from the page. */
  const address: string;
  export default address;
}
