import { type CSSVariablesResolver, createTheme } from '@mantine/core';

/** One accent, quiet greys; colours beside them are for statuses only (ui/status.module.css). Text has a contrast of 4.5:1 and more in both schemes. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: 6,
  colors: {
    accent: ['#eef2ff', '#e0e7ff', '#c7d2fe', '#a5b4fc', '#8b93fb', '#6366f1', '#4f46e5', '#4338ca', '#3730a3', '#312e81'],
    dark: ['#d8dce5', '#b3bac7', '#949dad', '#626b7b', '#3b4350', '#2a303a', '#1f242c', '#14171d', '#0f1216', '#0a0c0f'],
    gray: ['#f8f9fb', '#f1f3f6', '#e6e9ee', '#d6dae2', '#bfc5d0', '#8b94a3', '#5d6675', '#434b59', '#2d3440', '#1a1f29'],
  },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.375rem', lineHeight: '1.3' }, h2: { fontSize: '1rem', lineHeight: '1.4' }, h3: { fontSize: '0.875rem', lineHeight: '1.4' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Skeleton: { defaultProps: { radius: 'sm' } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 120 }, closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#1a1f29',
    '--mantine-color-dimmed': '#5d6675',
    '--mantine-color-placeholder': '#6a7382',
    '--mantine-color-error': '#b42318',
    '--mantine-color-default-border': '#d6dae2',
    '--line': '#e6e9ee',
    '--panel': '#ffffff',
    '--panel-quiet': '#f8f9fb',
    '--hover': '#f4f5f8',
  },
  dark: {
    '--mantine-color-text': '#e4e7ed',
    '--mantine-color-dimmed': '#9aa3b2',
    '--mantine-color-placeholder': '#8a93a3',
    '--mantine-color-error': '#ff8f85',
    '--mantine-color-anchor': '#a5b4fc',
    '--mantine-color-default-border': '#3b4350',
    '--line': '#2a303a',
    '--panel': '#1a1e25',
    '--panel-quiet': '#14171d',
    '--hover': '#222730',
  },
});
