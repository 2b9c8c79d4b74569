import { Button, FileButton, Input } from '@mantine/core';
import { useRef, useState } from 'react';
import { messageOf } from '../ui/states.tsx';
import { logoUrl, readLogo } from './logo.ts';
import classes from './settings.module.css';

type LogoFieldProps = { logo: string | null; set: (logo: string | null) => void; error: string | undefined };

/** The seller's picture, chosen from a file. */
export function LogoField({ logo, set, error }: LogoFieldProps) {
  const [wrong, setWrong] = useState('');
  const reset = useRef<() => void>(null);
  const choose = useRef<HTMLButtonElement>(null);
  const read = (file: File | null) => {
    if (!file) return;
    readLogo(file).then((text) => {
      setWrong('');
      set(text);
    }, (caught: unknown) => setWrong(messageOf(caught)));
    reset.current?.(); // so that the same file can be chosen again
  };
  const remove = () => {
    set(null);
    setWrong('');
    choose.current?.focus(); // what was clicked goes away
  };
  return (
    <Input.Wrapper label="Logo" labelElement="div" description="A PNG of at most 100 kB. It stands at the top right of documents, in place of the name." error={wrong || error} inputWrapperOrder={['label', 'input', 'description', 'error']}>
      <div className={classes.logo}>
        {logo !== null && <img src={logoUrl(logo)} alt="The logo" />}
        <FileButton onChange={read} accept="image/png" resetRef={reset} inputProps={{ 'aria-label': 'Logo' }}>
          {(props) => <Button {...props} ref={choose} variant="default" size="xs">{logo === null ? 'Choose a PNG…' : 'Choose another…'}</Button>}
        </FileButton>
        {logo !== null && <Button variant="subtle" color="gray" size="xs" onClick={remove}>Remove logo</Button>}
      </div>
    </Input.Wrapper>
  );
}
