interface ImportMetaEnv {
  /** Where the API is, when it is not where the UI comes from. */
  readonly VITE_API_BASE?: string;
}
