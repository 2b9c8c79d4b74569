/** What Recharts gets for d3-scale (vite.config.ts): the scales that the charts here use. */
export { scaleBand, scaleLinear, scalePoint } from 'd3-scale';
