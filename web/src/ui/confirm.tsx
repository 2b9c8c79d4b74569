import { type ReactNode, Suspense, createContext, lazy, useCallback, useContext, useEffect, useState } from 'react';
import { useLocation } from 'react-router';

export type Question = {
  title: string;
  /** What will happen, and whether it can be undone. */
  body: ReactNode;
  /** The button's words: the deed itself ("Void invoice"), not "OK". */
  confirm: string;
  danger?: boolean;
  /** The deed. While it runs the dialog waits; when it fails the dialog says why and stays. */
  run: () => Promise<unknown>;
};

const Dialog = lazy(() => import('./confirm_dialog.tsx'));
const Ask = createContext<(question: Question) => void>(() => undefined);

/** `const ask = useConfirm()`: asks before something that cannot be undone is done. */
export const useConfirm = () => useContext(Ask);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [opened, setOpened] = useState(false);
  const { pathname } = useLocation();
  useEffect(() => setOpened(false), [pathname]); // the question was about the page that was left
  const ask = useCallback((next: Question) => {
    setQuestion(next);
    setOpened(true);
  }, []);
  return (
    <Ask value={ask}>
      {children}
      {question && (
        <Suspense>
          <Dialog question={question} opened={opened} close={() => setOpened(false)} />
        </Suspense>
      )}
    </Ask>
  );
}
