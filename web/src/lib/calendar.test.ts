import { describe, expect, test } from 'vitest';
import { apart, place, spanOf } from './calendar.ts';

const june = { started_on: '2026-03-01', current_period_start: '2026-06-01', current_period_end: '2026-07-01', terms: [{ from: '2026-03-01', until: null }], pauses: [] };
const periods = ['2026-03-01', '2026-04-01', '2026-05-01', '2026-06-01'].map((from) => ({ from, until: null }));

describe('the days of a time bar', () => {
  test('are the last periods and some of what comes, or all from the start', () => {
    expect(spanOf({ ...june, periods }, false)).toEqual({ from: '2026-04-01', to: '2026-07-16' });
    expect(spanOf({ ...june, periods }, true).from).toBe('2026-03-01');
  });

  test('reach beyond what is known to come', () => {
    expect(spanOf({ ...june, periods, terms: [...june.terms, { from: '2026-09-01', until: null }] }, false).to).toBe('2026-09-09');
  });
});

describe('a run of days', () => {
  const span = { from: '2026-06-01', to: '2026-06-11' };
  test.each([
    ['2026-06-03', '2026-06-05', { left: 20, width: 20 }],
    ['2026-05-01', '2026-06-02', { left: 0, width: 10 }],
    ['2026-06-10', null, { left: 90, width: 10 }],
    ['2026-05-01', '2026-06-01', null],
    ['2026-06-11', null, null],
  ])('from %s until %s', (from, until, where) => expect(place({ from, until }, span)).toEqual(where));
});

test('days that have no room beside the one before are not written', () => {
  expect(apart(['2026-06-01', '2026-06-02', '2026-06-05', '2026-06-10'], { from: '2026-06-01', to: '2026-06-11' }, 20).map(({ day }) => day)).toEqual(['2026-06-01', '2026-06-05']);
});
