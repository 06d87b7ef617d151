declare module '*?script' {
  /** Where the script lies, on the server of the page. */
  const address: string;
  export default address;
}
