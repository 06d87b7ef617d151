export { writeReport } from './report.ts';
export type { AutoencoderRun, ClassifierRun, PaperResults } from './results.ts';
export {
  type ModelNumber,
  PAPER_CITATION,
  PAPER_MODELS,
  PAPER_TABLE,
  type PaperModel,
  type PaperRow,
} from './table.ts';
