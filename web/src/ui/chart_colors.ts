/** The colours of charts: shades of the one accent and greys, not those of statuses. */
export const chartColors = {
  strong: 'light-dark(#4f46e5, #818cf8)',
  soft: 'light-dark(#c3c8f5, #3d4277)',
  line: 'light-dark(#5d6675, #949dad)',
};
