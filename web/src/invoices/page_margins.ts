import { useEffect } from 'react';

/**
 * What each printed page of this document says in its margin: what it is, and which of how many pages. CSS has no way to bring text of the page there, so the
 * rule is written here; as a constructed sheet it needs no hole in the Content-Security-Policy.
 */
export function usePageMargins(name: string) {
  useEffect(() => {
    const sheet = new CSSStyleSheet();
    const font = 'font: 9pt system-ui, sans-serif; color: #444';
    sheet.replaceSync(`@page invoice { margin: 1.8cm 1.8cm 2cm;
      @bottom-left { content: ${JSON.stringify(name)}; ${font} }
      @bottom-right { content: "Page " counter(page) " of " counter(pages); ${font} } }`);
    document.adoptedStyleSheets.push(sheet);
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    };
  }, [name]);
}
