import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import classes from './fields.module.css';
import { useFocusNext } from './focus_next.ts';

type Member = { key: number; name: string; value: string };
type MetadataFieldsProps = { members: Member[]; set: (members: Member[]) => void; blank: () => Member; error: string | undefined };

const most = 50;

/** Notes of one's own, a name and a value each. */
export function MetadataFields({ members, set, blank, error }: MetadataFieldsProps) {
  const box = useRef<HTMLDivElement>(null);
  const focus = useFocusNext(box);
  const add = () => {
    set([...members, blank()]);
    focus((all) => [...all.querySelectorAll<HTMLElement>('[data-member]')].at(-1)?.querySelector('input'));
  };
  const remove = (index: number) => {
    set(members.filter((_, nth) => nth !== index));
    focus((all) => all.querySelectorAll<HTMLElement>('[data-remove]')[Math.min(index, members.length - 2)] ?? all.querySelector<HTMLElement>('[data-add]'));
  };
  const change = (member: Member, changes: Partial<Member>) => set(members.map((one) => (one === member ? { ...one, ...changes } : one)));
  return (
    <div ref={box} role="group" aria-label="Metadata" className={classes.members}>
      {members.map((member, index) => (
        <div key={member.key} className={classes.member} data-member>
          <TextInput aria-label={`Name of note ${index + 1}`} placeholder="crm" maxLength={64} value={member.name} onChange={(event) => change(member, { name: event.currentTarget.value })} />
          <TextInput aria-label={`Value of note ${index + 1}`} placeholder="4711" maxLength={500} value={member.value} onChange={(event) => change(member, { value: event.currentTarget.value })} />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Remove note ${index + 1}`} onClick={() => remove(index)} data-remove>
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      {error && <p className={classes.problem} role="alert">{error}</p>}
      <div>
        <Button variant="default" size="compact-sm" leftSection={<IconPlus size={15} aria-hidden />} disabled={members.length >= most} onClick={add} data-add>
          Add a note
        </Button>
      </div>
    </div>
  );
}
