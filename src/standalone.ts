/** The standalone report. */
import { showProfiles } from './views/page';

showProfiles();
