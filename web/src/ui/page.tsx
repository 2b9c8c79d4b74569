import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';
import classes from './page.module.css';

type PageTitleProps = {
  title: string;
  /** Where this page hangs: [label, path]. */
  crumb?: [string, string];
  /** Beside the title: a status. */
  badge?: ReactNode;
  /** Below it: what this is, in a line. */
  children?: ReactNode;
  /** At the right: the one primary action last. */
  actions?: ReactNode;
};

export function PageTitle({ title, crumb, badge, children, actions }: PageTitleProps) {
  useEffect(() => {
    document.title = `${title} · Billing`;
  }, [title]);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {crumb && (
          <nav aria-label="Breadcrumb" className={classes.crumb}>
            <Link to={crumb[1]}>{crumb[0]}</Link>
            <IconChevronRight size={14} aria-hidden />
          </nav>
        )}
        <div className={classes.line}>
          <h1 className={classes.title}>{title}</h1>
          {badge}
        </div>
        {children && <div className={classes.sub}>{children}</div>}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}

/** A part of a page, with its own heading. */
export function Panel({ title, aside, children, flush = false }: { title?: ReactNode; aside?: ReactNode; children: ReactNode; /** children up to the border, as a table is */ flush?: boolean }) {
  return (
    <section className={classes.panel}>
      {(title || aside) && (
        <div className={classes.panelHead}>
          <h2 className={classes.panelTitle}>{title}</h2>
          {aside && <div className={classes.aside}>{aside}</div>}
        </div>
      )}
      <div className={flush ? undefined : classes.panelBody}>{children}</div>
    </section>
  );
}

type ColumnsProps = {
  children: ReactNode;
  side: ReactNode;
  wide?: boolean;
  /** The side stays in sight while one scrolls: what comes of a form. */
  follows?: boolean;
  /** Where there is no room for two columns, the side comes first. */
  sideFirst?: boolean;
};

/** What a page is about, and beside it what there is to know of it. */
export function Columns({ children, side, wide, follows, sideFirst }: ColumnsProps) {
  return (
    <div className={classes.columns} data-wide={wide || undefined} data-follows={follows || undefined} data-side-first={sideFirst || undefined}>
      <div className={classes.column}>{children}</div>
      <div className={`${classes.column} ${classes.side}`}>{side}</div>
    </div>
  );
}

/** Names and values, for what a thing is. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
