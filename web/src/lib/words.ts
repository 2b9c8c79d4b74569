/** As it stands within a sentence. */
export const small = (words: string) => words.charAt(0).toLowerCase() + words.slice(1);
/** As a sentence begins. */
export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
