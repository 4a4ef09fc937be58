// By the names that addresses have for them.
export { Beside as beside } from './beside.js';
export { Compare as compare } from './compare.js';
export { Journal as journal } from './journal.js';
export { Pictures as pictures } from './pictures.js';
export { Plots as plots } from './plots.js';
export { Rungs as rungs } from './rungs.js';
export { SweepFile as file } from './sweep-file.js';
export { Trial as trial } from './trial.js';
