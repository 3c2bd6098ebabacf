/** What a worker of the viewer runs. */
import { serve, type IWorkerScope } from './views/workerHost';

serve(self as unknown as IWorkerScope);
