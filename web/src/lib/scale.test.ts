import { expect, test } from 'vitest';
import { areaPath, axisTicks, evenly, linePath, percent } from './scale.ts';

test('an axis has round numbers, holds every value and zero, and has few steps', () => {
  expect(axisTicks(0, 120_000)).toEqual([0, 50_000, 100_000, 150_000]);
  expect(axisTicks(0, 0.9)).toEqual([0, 0.5, 1]);
  expect(axisTicks(0, 0.35)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  expect(axisTicks(-30, 80)).toEqual([-50, 0, 50, 100]);
  expect(axisTicks(0, 400)).toEqual([0, 100, 200, 300, 400]);
  expect(axisTicks(5, 8)).toEqual([0, 2, 4, 6, 8]);
});

test('an axis of counts has whole numbers only', () => {
  expect(axisTicks(0, 2, { whole: true })).toEqual([0, 1, 2]);
  expect(axisTicks(0, 1, { whole: true })).toEqual([0, 1]);
  expect(axisTicks(0, 0, { whole: true })).toEqual([0, 1]);
});

test('labels are thinned out evenly', () => {
  expect(evenly(30, 6)).toEqual([0, 5, 10, 15, 20, 25]);
  expect(evenly(3, 6)).toEqual([0, 1, 2]);
  expect(evenly(0, 6)).toEqual([]);
});

test('a value has its place between the ends', () => {
  expect(percent(25, 0, 100)).toBe(25);
  expect(percent(0, -50, 50)).toBe(50);
  expect(percent(3, 3, 3)).toBe(0);
});

test('a line goes straight or in steps, and an area down to zero', () => {
  const points = [{ x: 0, y: 0 }, { x: 50, y: 40 }, { x: 100, y: 80 }];
  expect(linePath(points)).toBe('M0 100L50 60L100 20');
  expect(linePath(points, 'stepAfter')).toBe('M0 100L50 100L50 60L100 60L100 20');
  expect(linePath(points, 'stepBefore')).toBe('M0 100L0 60L50 60L50 20L100 20');
  expect(areaPath(points, 'straight', 0)).toBe('M0 100L50 60L100 20L100 100L0 100Z');
  expect(linePath([])).toBe('');
  expect(areaPath([{ x: 0, y: 1 }], 'straight', 0)).toBe('');
});
