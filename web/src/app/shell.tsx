import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconMenu2, IconX } from '@tabler/icons-react';
import { type ReactNode, Suspense, useCallback, useEffect, useRef } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { ClockProvider } from '../api/clock.tsx';
import { ConfirmProvider } from '../ui/confirm.tsx';
import { Notices } from '../ui/notice.tsx';
import { Loading } from '../ui/states.tsx';
import { AwayBar } from './away_bar.tsx';
import { BrokenPage } from './broken_page.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { rooms } from './routes.tsx';
import { Search, type SearchHandle } from './search.tsx';
import classes from './shell.module.css';

/** The frame around every page: navigation, search, dialogs and notices. */
export function Shell() {
  const [drawer, { toggle, close }] = useDisclosure(false);
  const palette = useRef<SearchHandle>(null);
  const search = () => palette.current?.open();
  useHotkeys([['mod+K', search]], []);
  return (
    <ClockProvider>
      <ConfirmProvider>
        <a href="#content" className={classes.skip}>
          Skip to the content
        </a>
        <Frame drawer={drawer} toggle={toggle} close={close} navigation={<Navigation search={search} leave={close} />}>
          <Pages leave={close} />
        </Frame>
        <Search handle={palette} />
        <Notices />
      </ConfirmProvider>
    </ClockProvider>
  );
}

type FrameProps = { drawer: boolean; toggle: () => void; close: () => void; navigation: ReactNode; children: ReactNode };

/** The navigation at the left; on a phone a drawer, which has the keyboard for as long as it is open. */
function Frame({ drawer, toggle, close, navigation, children }: FrameProps) {
  const button = useRef<HTMLButtonElement>(null);
  const leave = useCallback(() => {
    close();
    button.current?.focus();
  }, [close]);
  useHotkeys(drawer ? [['Escape', leave]] : [], []);
  return (
    <div className={classes.frame}>
      <header className={classes.header}>
        <button ref={button} type="button" className={classes.menu} onClick={toggle} aria-label={drawer ? 'Close the navigation' : 'Open the navigation'} aria-expanded={drawer} aria-controls="navigation">
          {drawer ? <IconX size={22} aria-hidden /> : <IconMenu2 size={22} aria-hidden />}
        </button>
        <Logo />
      </header>
      <div id="navigation" className={classes.navigation} data-open={drawer || undefined}>
        {navigation}
      </div>
      {drawer && <div className={classes.overlay} onClick={leave} />}
      <main className={classes.main} inert={drawer}>
        <AwayBar />
        {children}
      </main>
    </div>
  );
}

function Pages({ leave }: { leave: () => void }) {
  const { pathname } = useLocation();
  const content = useRef<HTMLDivElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    leave();
    window.scrollTo(0, 0);
    content.current?.focus({ preventScroll: true }); // so that the next Tab, and a screen reader, go on in the new page
  }, [pathname, leave]);
  return (
    <div id="content" ref={content} tabIndex={-1} className={classes.content}>
      <BrokenPage key={pathname}>
        <Suspense fallback={<Loading />}>
          <Routes>
            {rooms.map(({ path, page: Page }) => (
              <Route key={path} path={path} element={<Page />} />
            ))}
          </Routes>
        </Suspense>
      </BrokenPage>
    </div>
  );
}
