/** The colours of charts: shades of the one accent, not those of statuses. */
export const chartColors = {
  strong: 'light-dark(#4f46e5, #818cf8)',
  soft: 'light-dark(#c3c8f5, #3d4277)',
};
