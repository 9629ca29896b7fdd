-- Parents of tables and indexes, in their order.
SELECT h.inhrelid, h.inhparent FROM pg_inherits h ORDER BY h.inhrelid, h.inhseqno
