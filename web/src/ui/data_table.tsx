import { Button, Skeleton } from '@mantine/core';
import { type ColumnDef, tableFeatures, useTable } from '@tanstack/react-table';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { Link } from 'react-router';
import type { List } from '../api/queries.ts';
import classes from './data_table.module.css';
import { ErrorNote, ErrorState } from './states.tsx';

type Meta = {
  /** Numbers to the right. */
  align?: 'right';
  /** Left out where there is no room for it. */
  hide?: 'phone' | 'tablet' | 'laptop';
  /** On a phone it has a line to itself. */
  line?: boolean;
  /** Takes the room that the others leave; text that is too long is cut, or with 'wrap' goes on in the next line. */
  grow?: boolean | 'wrap';
};

const features = tableFeatures({ columnMeta: {} as Meta });

// What type a cell's value has is each column's own affair.
export type Column<T extends object> = ColumnDef<typeof features, T, any>;

type DataTableProps<T extends object> = {
  /** Names the table to those who do not see it. */
  label: string;
  list: List<T>;
  columns: Column<T>[];
  rowId: (row: T) => string;
  /** Where a row leads: its first cell becomes the link, and all of the row takes the click. */
  href?: (row: T) => string;
  /** What is shown when there are no rows. */
  empty: ReactNode;
};

/** A list of the API: rows, loading, empty and error states, and "load more" while there is more. Arrow keys go from row to row. */
export function DataTable<T extends object>({ label, list, columns, rowId, href, empty }: DataTableProps<T>) {
  const { rows, query } = list;
  const sides = sidesOnPhone(columns);
  const table = useTable({ features, columns, data: rows ?? none, getRowId: rowId });
  if (!rows && query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  if (rows?.length === 0) return <>{empty}</>;
  return (
    <>
      <div className={classes.scroller} data-stale={query.isPlaceholderData || undefined}>
        {/* The roles are said because a phone's layout, where a row becomes two columns, takes them away. */}
        <table role="table" className={classes.table} aria-label={label} aria-busy={!rows}>
          <thead role="rowgroup">
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id} role="row">
                {group.headers.map((header) => (
                  <th key={header.id} role="columnheader" scope="col" {...looks(header.column.columnDef.meta)}>
                    <table.FlexRender header={header} />
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody role="rowgroup" onKeyDown={moveBetweenRows}>
            {rows
              ? table.getRowModel().rows.map((row) => (
                  <tr key={row.id} role="row" data-link={href ? true : undefined} onClick={href && followRow}>
                    {row.getAllCells().map((cell, index) => (
                      <td key={cell.id} role="cell" data-side={sides[index]} {...looks(cell.column.columnDef.meta)}>
                        {href && index === 0 ? (
                          <Link to={href(row.original)} className={classes.link}>
                            <table.FlexRender cell={cell} />
                          </Link>
                        ) : (
                          <table.FlexRender cell={cell} />
                        )}
                      </td>
                    ))}
                  </tr>
                ))
              : Array.from({ length: 8 }, (_, index) => <Ghost key={index} columns={columns} />)}
          </tbody>
        </table>
      </div>
      <More query={query} count={rows?.length ?? 0} />
    </>
  );
}

const none: never[] = [];

function looks(meta: Meta | undefined) {
  return { 'data-align': meta?.align, 'data-hide': meta?.hide, 'data-grow': meta?.grow || undefined };
}

/** There what is shown of a row goes into two columns, left and right by turns; a line of its own, or what is left over, has both. */
function sidesOnPhone<T extends object>(columns: Column<T>[]): ('left' | 'right' | 'both' | undefined)[] {
  const metas = columns.map(({ meta }) => (meta as Meta | undefined) ?? {});
  let before: 'left' | 'right' | 'both' = 'both';
  return metas.map(({ hide, line }, index) => {
    if (hide) return undefined;
    const next = metas.slice(index + 1).find((meta) => !meta.hide);
    before = line ? 'both' : before === 'left' ? 'right' : next && !next.line ? 'left' : 'both';
    return before;
  });
}

function Ghost<T extends object>({ columns }: { columns: Column<T>[] }) {
  return (
    <tr role="row">
      {columns.map((column, index) => (
        <td key={index} role="cell" {...looks(column.meta as Meta | undefined)}>
          <Skeleton height={12} width={`${50 + ((index * 23) % 40)}%`} display="inline-block" />
        </td>
      ))}
    </tr>
  );
}

function More({ query, count }: { query: List<unknown>['query']; count: number }) {
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
  if (!query.hasNextPage) return null;
  return (
    <div className={classes.more}>
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Load more
      </Button>
      <span role="status">The newest {count} are shown</span>
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
