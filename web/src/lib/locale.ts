const preferred = typeof navigator === 'undefined' ? [] : navigator.languages;

/**
 * The UI speaks English, so numbers and dates follow the operator's own kind of English: "1.234,50" beside prices that are typed as "0.001"
 * would invite mistakes.
 */
export const locale = preferred.find((language) => /^en\b/.test(language)) ?? 'en-US';
