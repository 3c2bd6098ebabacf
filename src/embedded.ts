/** The viewer inside an output or another page: as small as can be, so without charts. */
import { showProfiles } from './views/page';

showProfiles({ charts: false });
