import { Component, type ReactNode, useEffect, useRef } from 'react';
import { useAway } from '../api/reachability.ts';
import { ErrorState } from '../ui/states.tsx';
import { probe } from './away_bar.tsx';

const reload = () => location.reload();

/** What a page shows in its place when it cannot be drawn: a fault of ours, or a part of it that could not be fetched. */
export class BrokenPage extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (isUnfetched(error)) return <Unfetched />;
    return <ErrorState title="This page could not be drawn" error={error} retry={reload} />;
  }
}

/** The words of Chromium, Firefox and Safari, and of Vite, for a chunk that did not come. */
const isUnfetched = (error: unknown) => error instanceof Error && /dynamically imported module|importing a module script|preload css/i.test(error.message);

/** The server is away, and then the page comes by itself once it is back; or the chunk is gone since an upgrade. */
function Unfetched() {
  const away = useAway();
  const wasAway = useRef(false);
  useEffect(() => void probe(), []);
  useEffect(() => {
    if (away) wasAway.current = true;
    else if (wasAway.current) reload();
  }, [away]);
  const why = away ? 'It comes by itself once the server can be reached again.' : 'The server may have been upgraded since you opened this page.';
  return <ErrorState title="This page could not be fetched" error={new Error(why)} retry={reload} />;
}
