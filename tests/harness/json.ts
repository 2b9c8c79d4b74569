/** JSON with exact integers, as the TypeScript client reads and writes it. */

export { parseJson, toJson, type Int } from '../../clients/typescript/src/json.ts'
