import { describeRefreshesOn } from "./support/on-server.js";

describeRefreshesOn("redis");
