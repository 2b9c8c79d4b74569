import { Button, Skeleton } from '@mantine/core';
import { type KeyboardEvent, type MouseEvent, type ReactNode, memo } from 'react';
import { Link } from 'react-router';
import type { List } from '../api/queries.ts';
import type { Int } from '../lib/int.ts';
import { formatCount } from '../lib/money.ts';
import classes from './data_table.module.css';
import { ErrorNote, ErrorState } from './states.tsx';

export type Column<T extends object> = {
  id: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  /** Numbers to the right. */
  align?: 'right';
  /** Left out where there is no room for it. */
  hide?: 'phone' | 'tablet' | 'laptop';
  /** On a phone it has a line to itself. */
  line?: boolean;
  /** Takes the room that the others leave; text that is too long is cut, or with 'wrap' goes on in the next line. */
  grow?: boolean | 'wrap';
};

type DataTableProps<T extends object> = {
  /** Names the table to those who do not see it. */
  label: string;
  list: List<T>;
  /** The same array each time: it is what tells that a row need not be drawn anew. So do `href` and `rowId`. */
  columns: Column<T>[];
  rowId: (row: T) => string;
  /** Where a row leads: its first cell becomes the link, and all of the row takes the click. */
  href?: (row: T) => string;
  /** How many there are in all, where that is known. */
  total?: Int;
  /** What they come to, where that is known. */
  sums?: ReactNode;
  /** What is shown when there are no rows. */
  empty: ReactNode;
};

/** A list of the API: rows, loading, empty and error states, and "load more" while there is more. Arrow keys go from row to row. */
export function DataTable<T extends object>({ label, list, columns, rowId, href, total, sums, empty }: DataTableProps<T>) {
  const { rows, query } = list;
  if (!rows && query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  if (rows?.length === 0) return <>{empty}</>;
  return (
    <>
      <div className={classes.scroller} data-stale={query.isPlaceholderData || undefined}>
        {/* The roles are said because a phone's layout, where a row becomes two columns, takes them away. */}
        <table role="table" className={classes.table} aria-label={label} aria-busy={!rows}>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((column) => (
                <th key={column.id} role="columnheader" scope="col" {...looks(column)}>
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup" onKeyDown={moveBetweenRows}>
            {rows ? rows.map((row) => <Row key={rowId(row)} row={row} columns={columns as Column<object>[]} href={href as ((row: object) => string) | undefined} />) : Array.from({ length: 8 }, (_, index) => <Ghost key={index} columns={columns} />)}
          </tbody>
        </table>
      </div>
      <More query={query} count={rows?.length ?? 0} total={total} sums={sums} />
    </>
  );
}

type RowProps = { row: object; columns: Column<object>[]; href?: (row: object) => string };

/** Drawn once and not again when more rows come: thirty pages are 1,500 of them. */
const Row = memo(function Row({ row, columns, href }: RowProps) {
  const sides = sidesOnPhone(columns);
  return (
    <tr role="row" data-link={href ? true : undefined} onClick={href && followRow}>
      {columns.map((column, index) => (
        <td key={column.id} role="cell" data-side={sides[index]} {...looks(column)}>
          {href && index === 0 ? (
            <Link to={href(row)} className={classes.link}>
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
});

function looks<T extends object>({ align, hide, grow }: Column<T>) {
  return { 'data-align': align, 'data-hide': hide, 'data-grow': grow || undefined };
}

type Side = 'left' | 'right' | 'both' | undefined;

/** There what is shown of a row goes into two columns, left and right by turns; a line of its own, or what is left over, has both. */
function sidesOnPhone<T extends object>(columns: Column<T>[]): Side[] {
  let before: Side = 'both';
  return columns.map(({ hide, line }, index) => {
    if (hide) return undefined;
    const next = columns.slice(index + 1).find((column) => !column.hide);
    before = line ? 'both' : before === 'left' ? 'right' : next && !next.line ? 'left' : 'both';
    return before;
  });
}

function Ghost<T extends object>({ columns }: { columns: Column<T>[] }) {
  return (
    <tr role="row">
      {columns.map((column, index) => (
        <td key={column.id} role="cell" {...looks(column)}>
          <Skeleton height={12} width={`${50 + ((index * 23) % 40)}%`} display="inline-block" />
        </td>
      ))}
    </tr>
  );
}

/** Of fewer rows one sees how many they are. */
const worthCounting = 20;

function More({ query, count, total, sums }: { query: List<unknown>['query']; count: number; total?: Int; sums?: ReactNode }) {
  if (query.isFetchNextPageError) {
    return (
      <div className={classes.more}>
        <ErrorNote error={query.error} />
        <Button variant="default" onClick={() => void query.fetchNextPage()}>
          Try again
        </Button>
      </div>
    );
  }
  if (count === 0 || (!query.hasNextPage && total === undefined && count < worthCounting)) return null;
  const shown = total !== undefined && total > count ? `The newest ${formatCount(count)} of ${formatCount(total)} are shown` : query.hasNextPage ? `The newest ${formatCount(count)} are shown` : count === 1 ? '1 in all' : `${formatCount(count)} in all`;
  return (
    <div className={classes.more}>
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      )}
      <span role="status">{shown}</span>
      {sums}
    </div>
  );
}

function moveBetweenRows(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>(`.${classes.link}`)];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? undefined : links[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** What has something to say when one points at it lies above the row's link; a click on it follows that link all the same. */
function followRow(event: MouseEvent<HTMLElement>) {
  if ((event.target as HTMLElement).closest('a, button')) return;
  event.currentTarget.querySelector(`.${classes.link}`)?.dispatchEvent(new window.MouseEvent('click', event.nativeEvent));
}
