// By the names that addresses have for them.
export { Compare as compare } from './compare.js';
export { File as file } from './file.js';
export { Journal as journal } from './journal.js';
export { Pictures as pictures } from './pictures.js';
export { Plots as plots } from './plots.js';
export { Trial as trial } from './trial.js';
