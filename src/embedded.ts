/**
 * The viewer inside an output or another page: as small as can be, so without charts, and its
 * worker runs this same script.
 */
import { showProfiles } from './views/page';
import { workersOf } from './views/pageScripts';
import { serve, type IWorkerScope } from './views/workerHost';

if (typeof document === 'undefined') {
  serve(self as unknown as IWorkerScope);
} else {
  const code = document.currentScript?.textContent;
  showProfiles({ startWorker: workersOf(code) });
}
