import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ApiError } from '../api/client.ts';
import { capital } from '../lib/words.ts';
import { PageTitle } from './page.tsx';
import { Empty, ErrorState } from './states.tsx';

type UnknownProps = { /** "invoice" */ what: string; crumb: [string, string]; error: unknown; retry: () => unknown; children?: ReactNode };

/** In the place of a page about one thing: there is no such thing, or it could not be loaded. */
export function Unknown({ what, crumb: [list, path], error, retry, children = 'The link may be mistyped.' }: UnknownProps) {
  return (
    <>
      <PageTitle title={capital(what)} crumb={[list, path]} />
      {error instanceof ApiError && error.status === 404 ? (
        <Empty title={`There is no such ${what}`} action={<Button component={Link} to={path}>See the {list.toLowerCase()}</Button>}>{children}</Empty>
      ) : (
        <ErrorState error={error} retry={retry} />
      )}
    </>
  );
}
