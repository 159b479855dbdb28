import { describeRotationsOn } from "./support/rotation-on-server.js";

describeRotationsOn("postgresql");
