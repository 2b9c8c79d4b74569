import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { PageTitle } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

export default function NotFound() {
  return (
    <>
      <PageTitle title="There is no such page" />
      <Empty
        title="Nothing is at this address"
        action={
          <Button component={Link} to="/">
            Go to the overview
          </Button>
        }
      >
        The link may be old, or mistyped. Ctrl-K finds any customer and any page.
      </Empty>
    </>
  );
}
