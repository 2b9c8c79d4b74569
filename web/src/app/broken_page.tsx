import { Component, type ReactNode } from 'react';
import { ErrorState } from '../ui/states.tsx';

/** What a page shows in its place when it cannot be drawn: a fault of ours, or a chunk that is gone since an upgrade. */
export class BrokenPage extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ErrorState title="This page could not be drawn" error={this.state.error} retry={() => location.reload()} />;
  }
}
