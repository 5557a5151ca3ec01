export type { Judge } from './objection.js';
export { type PlannedSynchronisation, planSynchronisation } from './plan-synchronisation.js';
export { settleRestored } from './settle-restored.js';
export {
  type SynchronisationLog,
  type SynchronisationServices,
  type SynchroniseOptions,
  synchroniseDirectory,
} from './synchronise-directory.js';
export {
  DIRECTORY_TEST_OUTCOMES,
  DIRECTORY_TEST_STEPS,
  type DirectoryTestOutcome,
  type DirectoryTestStep,
  type DirectoryTestStepName,
  testDirectory,
} from './test-directory.js';
