-- Migration: add index email contacts
-- Date: 2026-04-27
-- Purpose: The search by address read the whole table. Alone in its migration, so that Prisma runs it outside a transaction.

-- CreateIndex
CREATE INDEX CONCURRENTLY "contacts_email_idx" ON "contacts"("email");
