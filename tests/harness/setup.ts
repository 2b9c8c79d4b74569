import { expect } from 'vitest'
import { coverFile } from './contract.ts'

coverFile(expect.getState().testPath ?? 'unknown')
