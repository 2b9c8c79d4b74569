import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The binary serves the UI under /admin/. Built with VITE_API_BASE it stands alone, on an origin of its own, and there at the top
// (VITE_BASE says otherwise); that origin then belongs into the server's CORS_ORIGINS.
const base = process.env.VITE_BASE ?? (process.env.VITE_API_BASE ? '/' : '/admin/');
const api = process.env.BILLING_API ?? 'http://127.0.0.1:8080';
const apiPaths = ['me', 'session', 'plans', 'users', 'subscriptions', 'usage', 'invoices', 'credit_notes', 'coupons', 'tax_rates', 'settings', 'payments', 'audit', 'clock', 'stats', 'system', 'healthz', 'readyz', 'docs', 'openapi.yaml'];
const proxy = { [`^/(${apiPaths.join('|').replace('.', '\\.')})(/|\\?|$)`]: { target: api } };

export default defineConfig({
  base,
  plugins: [react()],
  build: {
    target: ['chrome125', 'firefox128', 'safari18'],
    assetsInlineLimit: 0, // a data: URI would need a hole in the Content-Security-Policy
    license: { fileName: 'licenses.json' }, // notices.mjs makes /admin/licenses of it
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  server: { proxy },
  preview: { proxy },
  test: { include: ['src/**/*.test.ts'], env: { TZ: 'America/Los_Angeles' } },
});
